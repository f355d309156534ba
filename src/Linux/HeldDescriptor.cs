namespace Brig.Linux;

/// <summary>A descriptor that is closed when disposed.</summary>
public sealed class HeldDescriptor(int number) : IDisposable
{
    public int Number => number;

    public void Dispose() => _ = Libc.close(number);
}
