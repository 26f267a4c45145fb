"""What people say of recordings and how they sort them: descriptions, categories, tags, collections."""
