"""Activities, pledges, patrols, joint meetings."""
