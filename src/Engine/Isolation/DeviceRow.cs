namespace Brig.Engine.Isolation;

/// <summary>One entry of its device allow-list (cgroup-v1 devices, or the program at its v2 cgroup).</summary>
/// <param name="Kind">b or c; a: all.</param>
/// <param name="Major">Null: any.</param>
/// <param name="Access">Of r (read), w (write), m (mknod).</param>
/// <param name="Name">Its usual name, as /dev/null; null: no usual one.</param>
public sealed record DeviceRow(char Kind, int? Major, int? Minor, string Access, string? Name);
