{{ candidates(segment=ref('seg_greet'), channel='email') }}
