using System.Formats.Tar;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Stacks;
using Brig.Kernel.Tests.Engine;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Kernel.Tests.Stacks;

/// <summary>A container that has a stack's folder makes a directory of it a link to the machine's and back, without a pause, while Brig works below it. The one who does that here stands for it.</summary>
public sealed class FlippedLinkTests : IDisposable
{
    private const int Times = 600;

    private readonly string _outside = Directory.CreateTempSubdirectory("brig-outside-").FullName;

    public FlippedLinkTests()
    {
        File.WriteAllText(_outside + "/secret", "the machine's");
        File.WriteAllText(_outside + "/page", "the machine's");
    }

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Fact]
    public async Task WriteAndRemove_ADirectoryBecomesALinkMeanwhile_NothingOutsideIsTouched()
    {
        await using var scene = await EngineScene.StartAsync();
        var stacks = scene.Get<IStacks>();
        var stack = await stacks.CreateAsync(new StackRequest("trap")
        {
            Texts = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("compose.yaml", "services: {web: {image: brig/busybox}}\n").Add("site/page", "ours"),
        });
        int written = 0;
        using (var attacker = new Attacker($"{scene.Paths.Stacks}/{stack.Id}/files/site", _outside))
        {
            for (int i = 0; i < Times || attacker.Flips <= 100; i++)
            {
                try
                {
                    await stacks.WriteFileAsync("trap", "site/planted", new MemoryStream([1]));
                    await stacks.WriteFileAsync("trap", "site/deep/planted", new MemoryStream([1]));
                    await stacks.RemoveFileAsync("trap", "site/page");
                    written++;
                }
                catch (EngineException)
                {
                    // Refused: it was a link when it was looked at, or is not there.
                }
                Assert.DoesNotContain(stacks.Files("trap"), file => file.Path == "site/secret");
            }
        }
        AssertUntouched();
    }

    [Fact]
    public void Context_ADirectoryBecomesALinkMeanwhile_NothingOfOutsideIsPacked()
    {
        string root = Directory.CreateTempSubdirectory("brig-inside-").FullName;
        Directory.CreateDirectory(root + "/context");
        File.WriteAllText(root + "/context/page", "ours");
        int packed = 0;
        using (var attacker = new Attacker(root + "/context", _outside))
        {
            for (int i = 0; i < Times || attacker.Flips < 100 || packed < 100; i++)
            {
                try
                {
                    using var tar = new MemoryStream();
                    using (var own = GuestRoot.OfFolder(root))
                    {
                        using var context = own.Below(TreePath.Parse("context"u8));
                        context.ReadContents(tar, CancellationToken.None);
                    }
                    tar.Position = 0;
                    using var reader = new TarReader(tar);
                    for (TarEntry? entry; (entry = reader.GetNextEntry()) is not null; packed++)
                    {
                        Assert.Equal("page", entry.Name);
                    }
                }
                catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ELOOP or Errno.ENOTDIR)
                {
                    // It was a link just then, or nothing.
                }
            }
        }
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public void MakeSource_ADirectoryBecomesALinkMeanwhile_NothingIsMadeOutside()
    {
        string stacks = Directory.CreateTempSubdirectory("brig-stacks-").FullName, files = stacks + "/1/files";
        Directory.CreateDirectory(files + "/data");
        using (new Attacker(files + "/data", _outside))
        {
            for (int i = 0; i < Times; i++)
            {
                try
                {
                    MountCheck.Sources([new MountSpec(MountKind.Bind, $"{files}/data/planted{i}/deep", "/data") { CreateSource = true }], stacks);
                }
                catch (EngineException)
                {
                    // It was a link just then, or nothing.
                }
            }
        }
        AssertUntouched();
        Directory.Delete(stacks, recursive: true);
    }

    private void AssertUntouched()
    {
        Assert.Equal(["page", "secret"], Directory.GetFileSystemEntries(_outside).Select(Path.GetFileName).Order());
        Assert.Equal("the machine's", File.ReadAllText(_outside + "/page"));
    }

    /// <summary>Makes a directory a link and back until it is disposed; then it is a directory.</summary>
    private sealed class Attacker : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _stop;

        public Attacker(string directory, string target)
        {
            _thread = new Thread(() =>
            {
                while (!_stop)
                {
                    Quietly(() => Directory.Move(directory, directory + ".kept"));
                    Quietly(() => File.CreateSymbolicLink(directory, target));
                    Quietly(() => File.Delete(directory));
                    Quietly(() => Directory.Delete(directory, recursive: true));    // where Brig made it between the first two
                    Quietly(() => Directory.Move(directory + ".kept", directory));
                    Flips++;
                    Thread.SpinWait(Random.Shared.Next(20_000));
                }
            });
            _thread.Start();
        }

        public int Flips { get; private set; }

        public void Dispose()
        {
            _stop = true;
            _thread.Join();
        }

        private static void Quietly(Action step)
        {
            try
            {
                step();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Brig was there first.
            }
        }
    }
}
