using System.Diagnostics;
using Brig.Engine.Metrics;
using static Brig.Web.Prometheus.FamilyType;

namespace Brig.Web.Prometheus;

/// <summary>Brig's own process: process_* as every Prometheus client tells them, dotnet_* as OpenTelemetry names the runtime's.</summary>
internal static class ProcessFamilies
{
    public static void Write(Exposition to)
    {
        using var own = Process.GetCurrentProcess();
        One("process_cpu_seconds_total", Counter, "CPU time the engine used.", own.TotalProcessorTime.TotalSeconds);
        One("process_resident_memory_bytes", Gauge, "Memory the engine has.", own.WorkingSet64);
        One("process_virtual_memory_bytes", Gauge, "Addresses the engine has.", own.VirtualMemorySize64);
        One("process_start_time_seconds", Gauge, "When the engine was started, unix time.", new DateTimeOffset(own.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        One("process_open_fds", Gauge, "Descriptors the engine has open.", OwnProcess.OpenDescriptors);
        One("process_max_fds", Gauge, "Descriptors it may have.", MostDescriptors());
        One("process_threads", Gauge, "Threads of the engine.", Directory.EnumerateDirectories("/proc/self/task").Count());

        to.Family("dotnet_gc_collections_total", Counter, "Garbage collections.");
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            to.Sample(GC.CollectionCount(generation), Labels.Of(("gc_heap_generation", $"gen{generation}")));
        }
        One("dotnet_gc_heap_total_allocated_bytes_total", Counter, "Bytes allocated.", GC.GetTotalAllocatedBytes());
        One("dotnet_gc_last_collection_memory_committed_size_bytes", Gauge, "Heap after the last collection.", GC.GetGCMemoryInfo().TotalCommittedBytes);
        One("dotnet_gc_pause_time_seconds_total", Counter, "Time in which collections stopped the engine.", GC.GetTotalPauseDuration().TotalSeconds);
        One("dotnet_thread_pool_thread_count", Gauge, "Threads of the pool.", ThreadPool.ThreadCount);
        One("dotnet_thread_pool_queue_length", Gauge, "Work that waits for a thread.", ThreadPool.PendingWorkItemCount);
        One("dotnet_thread_pool_work_item_count_total", Counter, "Work the pool has done.", ThreadPool.CompletedWorkItemCount);
        One("dotnet_monitor_lock_contentions_total", Counter, "Locks that were waited for.", Monitor.LockContentionCount);

        void One(string name, FamilyType type, string help, double value)
        {
            to.Family(name, type, help);
            to.Sample(value);
        }
    }

    /// <summary>The soft limit, from <c>Max open files            1024                 524288               files</c>.</summary>
    private static double MostDescriptors()
    {
        string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string? soft = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return double.TryParse(soft, System.Globalization.CultureInfo.InvariantCulture, out double most) ? most : double.PositiveInfinity;
    }
}
