"""A whole school from one workbook or a folder of CSV files: read, check, save (S1-S7, O3)."""
