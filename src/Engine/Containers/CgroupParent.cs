namespace Brig.Engine.Containers;

/// <summary>A cgroup that containers are to be below of, so that somebody can limit them together. Whatever it is called, it lies in Brig's own tree, in every hierarchy.</summary>
internal static class CgroupParent
{
    private const int MostLevels = 16;

    /// <summary>Bytes: NAME_MAX.</summary>
    private const int LongestName = 255;

    /// <summary>Without slashes at its ends and twice; empty: none.</summary>
    public static string Path(string? asked) => asked is null ? "" : string.Join('/', Levels(asked));

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(ContainerSpec spec)
    {
        if (spec.CgroupParent is not { Length: > 0 } asked)
        {
            return;
        }
        string[] levels = Levels(asked);
        if (levels.Length > MostLevels || levels.Any(level => level == ".." || level.Length > LongestName || level.Any(c => c is not (>= ' ' and <= '~'))))
        {
            throw EngineException.Invalid($"\"{Text.Short(asked)}\" cannot be a cgroup parent: names divided by slashes, {MostLevels} at most, none of them \"..\"; it lies in Brig's own cgroup.");
        }
        if (spec.Pod is not null)
        {
            throw EngineException.Invalid("A container in a pod is in the pod's cgroup; leave the cgroup parent out.");
        }
    }

    private static string[] Levels(string asked) => [.. asked.Split('/').Where(level => level is not ("" or "."))];
}
