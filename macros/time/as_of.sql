{#- The only clock of the models, as a UTC timestamp literal: `var('as_of')`, else the demo's, else the run's start. -#}
{% macro as_of() -%}
    cast('{{ as_of_text()[:19] | replace('T', ' ') }}' as {{ dbt.type_timestamp() }})
{%- endmacro %}

{#-
    Whether a record claims to arrive after this run although it is here already: its time is mistyped, and it may have
    been a withdrawal. Only where as_of is the run's start; as of an earlier time, later records are merely not known yet.
-#}
{% macro is_yet_to_come(arrival) -%}
    {{ '1 = 0' if var('as_of') or target.name in ('demo', 'sample') else arrival ~ ' > ' ~ as_of() }}
{%- endmacro %}

{#- The instant that a var names, or as_of where it names none, as a UTC timestamp literal: for questions about the past. -#}
{% macro instant(name) -%}
    cast('{{ checked_instant(name, var(name, as_of_text()))[:19] | replace('T', ' ') }}' as {{ dbt.type_timestamp() }})
{%- endmacro %}

{#- A text that reads like 2018-01-02T00:00:00Z, as it is; anything else ends the run. -#}
{% macro checked_instant(name, given) -%}
    {%- if given is not string or not modules.re.fullmatch('\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', given) -%}
        {{ exceptions.raise_compiler_error(name ~ " must read like 2018-01-02T00:00:00Z (UTC), in quotes, not '" ~ given ~ "'") }}
    {%- endif -%}
    {{ return(given) }}
{%- endmacro %}

{#- The same instant as ISO 8601 text, for receipts and pages. -#}
{% macro as_of_text() -%}
    {%- set given = var('as_of') or (var('demo_as_of') if target.name in ('demo', 'sample') else run_started_at.strftime('%Y-%m-%dT%H:%M:%SZ')) -%}
    {{ return(checked_instant('as_of', given)) }}
{%- endmacro %}
