{#- The DPV consent statuses that an event may carry. Only the two of `valid_consent_states` permit anything (R09). -#}
{% macro consent_states() -%}
    {{ valid_consent_states() }}, 'ConsentRequested', 'ConsentRequestDeferred', 'ConsentRefused', 'ConsentWithdrawn',
    'ConsentRevoked', 'ConsentExpired', 'ConsentInvalidated', 'ConsentUnknown'
{%- endmacro %}

{#- DPV ConsentStatusValidForProcessing. -#}
{% macro valid_consent_states() -%}
    'ConsentGiven', 'RenewedConsentGiven'
{%- endmacro %}
