"""The way of a request through the API: who calls, how much they may ask, what they ask, a cached answer or a new one."""
