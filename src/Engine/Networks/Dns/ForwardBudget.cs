namespace Brig.Engine.Networks.Dns;

/// <summary>
/// How many questions are asked elsewhere at one time by all containers together: each costs sockets and memory of the engine's. A container may have an eighth of what is free of three quarters; the last
/// quarter is for first questions alone, so that one that asks little is heard however much others ask. Beyond, the answer is a failure at once, and costs nothing.
/// </summary>
internal sealed class ForwardBudget
{
    public const int Most = 512;

    private const int Shared = Most / 4 * 3;

    private int _taken;

    /// <param name="own">What the container has already.</param>
    /// <returns>False: it asks too much.</returns>
    public bool TryTake(ref int own)
    {
        int mine = Interlocked.Increment(ref own), all = Interlocked.Increment(ref _taken);
        if (mine == 1 ? all <= Most : mine <= (Shared - all) / 8)
        {
            return true;
        }
        Release(ref own);
        return false;
    }

    public void Release(ref int own)
    {
        Interlocked.Decrement(ref own);
        Interlocked.Decrement(ref _taken);
    }
}
