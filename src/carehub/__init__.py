"""CareHub (关爱屋): an offline program for care rooms, schools, townships and the district above them."""

__version__ = "0.1.0"
