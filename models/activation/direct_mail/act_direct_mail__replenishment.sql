{{ candidates(segment=ref('seg_replenishment'), channel='direct_mail') }}
