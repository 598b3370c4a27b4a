{{ candidates(segment=ref('seg_companions'), channel='email') }}
