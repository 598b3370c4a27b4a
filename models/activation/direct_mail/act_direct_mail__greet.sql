{{ candidates(segment=ref('seg_greet'), channel='direct_mail') }}
