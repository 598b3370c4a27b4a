{{ candidates(segment=ref('seg_companions'), channel='direct_mail') }}
