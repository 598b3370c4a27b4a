{#- How many days a period has at the most, so that nobody is counted too few messages. -#}
{% macro period_days(period) -%}
    case {{ period }} when 'P1D' then 1 when 'P1W' then 7 when 'P1M' then 31 when 'P3M' then 92 end
{%- endmacro %}

{#- The time so long before as_of as an ISO 8601 duration in years says; any other is an error, not a guess. -#}
{% macro years_before_as_of(retention) -%}
    {%- if not modules.re.fullmatch('P[1-9]\d?Y', retention) -%}
        {{ exceptions.raise_compiler_error("a retention must read like P2Y, not '" ~ retention ~ "'") }}
    {%- endif -%}
    {{ dbt.dateadd('year', -(retention[1:-1] | int), as_of()) }}
{%- endmacro %}
