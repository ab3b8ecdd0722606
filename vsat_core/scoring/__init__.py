"""How accurate a result is. Every score is a record of counts that add; rates are derived, never
averaged.
"""
