namespace Brig.Linux.Cgroups;

/// <summary>One thing done to a cgroup, for the birth record.</summary>
/// <param name="Call"><c>mkdir</c> or <c>write</c>.</param>
/// <param name="File">The directory made or the file written.</param>
/// <param name="Value">What was written; empty for mkdir.</param>
/// <param name="Errno">0 when it worked.</param>
/// <param name="Start">As <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
/// <param name="End">As <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
public readonly record struct CgroupCall(string Call, string File, string Value, int Errno, long Start, long End);
