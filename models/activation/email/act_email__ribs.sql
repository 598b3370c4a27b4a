{{ candidates(segment=ref('seg_ribs'), channel='email') }}
