"""The whole system on one machine: Synapse, the embedded forge, the Toolbox and Engelbot, with a sample organisation.

`running` starts and stops a lab, `supervisor` keeps its processes alive, `building` makes its data, `sample` holds the
organisation and `check` plays a day in it. All of it listens on 127.0.0.1 only.
"""
