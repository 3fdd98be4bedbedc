"""Pictures of the real window in every theme and size, and what can be measured on them."""
