"""Reports that belong together: a work's editions, what journals said later, look-alikes."""
