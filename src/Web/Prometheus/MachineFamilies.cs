using Brig.Engine.Metrics;
using static Brig.Web.Prometheus.FamilyType;

namespace Brig.Web.Prometheus;

/// <summary>The machine: cAdvisor's machine_*, and what else Brig reads of it.</summary>
internal static class MachineFamilies
{
    public static void Write(Exposition to, MachineTotals m)
    {
        One("machine_cpu_cores", Gauge, "Cores of the machine.", m.Cores);
        One("machine_memory_bytes", Gauge, "Memory of the machine.", m.MemoryTotal);
        One("machine_swap_bytes", Gauge, "Swap of the machine.", m.SwapTotal);
        One("brig_machine_cpu_seconds_total", Counter, "Time in which the machine's cores were busy.", m.BusySeconds);
        One("brig_machine_memory_available_bytes", Gauge, "Memory that could be had without swapping.", m.MemoryAvailable);
        One("brig_machine_swap_free_bytes", Gauge, "Swap not in use.", m.SwapFree);
        One("brig_machine_disk_bytes", Gauge, "Size of the file system that holds Brig's data.", m.DiskTotal);
        One("brig_machine_disk_free_bytes", Gauge, "What is free on it.", m.DiskFree);
        to.Family("brig_machine_load", Gauge, "Load average over so many minutes.");
        to.Sample(m.Load1, "minutes=\"1\""u8);
        to.Sample(m.Load5, "minutes=\"5\""u8);
        to.Sample(m.Load15, "minutes=\"15\""u8);

        void One(string name, FamilyType type, string help, double value)
        {
            to.Family(name, type, help);
            to.Sample(value);
        }
    }
}
