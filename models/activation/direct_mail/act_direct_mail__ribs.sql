{{ candidates(segment=ref('seg_ribs'), channel='direct_mail') }}
