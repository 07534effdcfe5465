"""The whole Toolbox under every fault: fifty owners, months of simulated time, and nothing half done at the end."""
