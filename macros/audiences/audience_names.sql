{#-
    Every audience, by name: channel and segment. The one list by hand, since dbt has to know each ref() while it parses,
    before its graph is there. The guard at the run's start stops a run that could build an activation model without
    it, and `audience_list` takes what each audience says of itself from its YAML.
    The order is that of turns: a chosen maximum of messages is spent on the first ones (R37).
-#}
{% macro audience_names() -%}
    {{ return([
        'email__greet',
        'email__ribs',
        'email__replenishment',
        'email__companions',
        'direct_mail__greet',
        'direct_mail__ribs',
        'direct_mail__replenishment',
        'direct_mail__companions',
    ]) }}
{%- endmacro %}
