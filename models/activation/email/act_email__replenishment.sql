{{ candidates(segment=ref('seg_replenishment'), channel='email') }}
