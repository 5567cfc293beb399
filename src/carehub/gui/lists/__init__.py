"""What every list page is made of: filters, columns, selection, and taking what is seen to Excel."""
