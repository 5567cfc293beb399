"""How two stores become one: changes, their folding and merging, bundles, keys and receipts."""
