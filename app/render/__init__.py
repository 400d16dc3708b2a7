"""From a snapshot to a picture: plan, layout, paint."""
