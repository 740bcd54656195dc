"""Synthetic case texts that gold questions are about; nothing learns from them."""
