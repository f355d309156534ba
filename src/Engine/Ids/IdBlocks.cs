using System.Globalization;
using System.Text;
using Brig.Linux;

namespace Brig.Engine.Ids;

/// <summary>
/// Which Brig of this machine gives which ids. Sixteen ranges are a block, and a block is one Brig's: it holds a lock on the block's file while it runs, and
/// its name lies beside that for as long as it has containers. So two Brigs over roots of their own never give the same id, killed or not.
/// <code>
/// /var/lib/brig-ids/1792         locked by who gives block 1792, ids 1,879,048,192 and up
/// /var/lib/brig-ids/1792.owner   that Brig's BRIG_ROOT
/// </code>
/// </summary>
internal sealed class IdBlocks(EngineOptions options, EnginePaths paths) : IDisposable
{
    public const uint Ranges = 16;

    private readonly Dictionary<uint, FileLock> _ours = [];

    public static uint Of(UserIds ids) => ids.First / UserIds.Size / Ranges;

    public bool Has(uint block) => _ours.ContainsKey(block);

    /// <summary>The BRIG_ROOT of who has it; null: nobody.</summary>
    public string? OwnerOf(uint block)
    {
        try
        {
            return File.ReadAllText(OwnerFile(block)) is { Length: > 0 } owner ? owner : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <returns>False: another Brig has it.</returns>
    /// <exception cref="EngineException">Unavailable: it cannot be written down.</exception>
    public bool TryClaim(uint block)
    {
        if (Has(block))
        {
            return true;
        }
        try
        {
            Directory.CreateDirectory(options.IdClaims, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (FileLock.TryTake(LockFile(block)) is not { } taken)
            {
                return false;
            }
            if (OwnerOf(block) is { } owner && owner != paths.Root && HasContainers(owner))
            {
                taken.Dispose();
                return false;
            }
            Write(block, paths.Root);
            _ours.Add(block, taken);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LinuxException)
        {
            throw EngineException.Unavailable($"The user ids of containers are divided among this machine's Brigs in {options.IdClaims}, which cannot be written: {e.Message}", e);
        }
    }

    /// <param name="kept">Those that containers have.</param>
    public void Release(Func<uint, bool> kept)
    {
        foreach (var (block, held) in _ours)
        {
            try
            {
                if (!kept(block))
                {
                    Write(block, "");
                }
            }
            catch (IOException)
            {
                // Whose root has no containers has no claim either.
            }
            held.Dispose();
        }
        _ours.Clear();
    }

    public void Dispose() => Release(_ => true);

    /// <summary>Every container has a folder, from before it has ids.</summary>
    private static bool HasContainers(string root)
    {
        try
        {
            return Directory.EnumerateDirectories(root + "/containers").Any();
        }
        catch (IOException)
        {
            return false;   // it was deleted
        }
    }

    private void Write(uint block, string owner)
    {
        string file = OwnerFile(block), next = file + ".new";
        File.WriteAllText(next, owner, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(next, file, overwrite: true);
    }

    private string LockFile(uint block) => options.IdClaims + "/" + block.ToString(CultureInfo.InvariantCulture);

    private string OwnerFile(uint block) => LockFile(block) + ".owner";
}
