using System.Globalization;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Ids;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>Every container has ids of its own: told from inside, and seen from outside.</summary>
[Trait("Guest", "too")]
public class UserNamespaceTests : EngineTest
{
    private static readonly Namespaces HostsUsers = new() { User = NamespaceSpec.Host };

    [Fact]
    public async Task Default_RootInside_IsNobodyOutside()
    {
        var container = await LivingAsync("id -u; touch /mine; chown 70:33 /mine; cat /proc/self/uid_map /proc/self/gid_map");
        uint first = container.Ids!.Value.First;
        string map = $"0 {first} 65536";

        Assert.Equal(["0", map, map], (await _engine.OutputAsync(container)).Take(3).Select(OneBlank));
        Assert.Equal((first + 70, first + 33), Owner(Upper(container) + "/mine"));
        Assert.Equal((first, first), Owner(Upper(container)));
        string[] ids = (await File.ReadAllLinesAsync($"/proc/{container.State.Pid}/status")).Where(line => line[..4] is "Uid:" or "Gid:").ToArray();
        Assert.All(ids, line => Assert.All(line.Split('\t')[1..], id => Assert.Equal(first.ToString(CultureInfo.InvariantCulture), id)));
        Assert.Equal(NamespaceSpec.New, container.Spec.Namespaces.User);
        Assert.Equal("root", Assert.Single(await _engine.Containers.TopAsync(container.Name), row => row.Pid == container.State.Pid).User);
    }

    [Fact]
    public async Task Default_TwoContainers_HaveNoIdInCommon()
    {
        var one = await _engine.CreateAsync("true");
        var two = await _engine.CreateAsync("true");
        Assert.NotEqual(one.Ids, two.Ids);
        Assert.All([one, two], container => Assert.Equal(0u, container.Ids!.Value.First % UserIds.Size));
    }

    [Fact]
    public async Task Default_Image_BelongsToItsOwnersAndIsNotCopied()
    {
        var container = await LivingAsync("stat -c %u:%g /bin/busybox /etc / /tmp /etc/hosts /etc/resolv.conf /dev /dev/shm /dev/pts; stat -c %a /tmp; echo 1.2.3.4 x >> /etc/hosts && echo written");
        Assert.Equal([.. Enumerable.Repeat("0:0", 9), "1777", "written"], (await _engine.OutputAsync(container)).Take(11));
        Assert.False(File.Exists(Upper(container) + "/bin/busybox"), "an idmapped layer needs no copy");
        Assert.Equal((container.Ids!.Value.First, container.Ids.Value.First), Owner(_engine.Paths.Container(container.Id) + "/hosts"));
    }

    [Fact]
    public async Task Restart_FilesOfTheFirstRun_BelongToWhomTheyDid()
    {
        var container = await EndedAsync("[ -e /a ] && stat -c %u:%g /a / || { touch /a; chown 5:6 /a /; }");
        var again = await _engine.Containers.StartAsync(container.Name);
        await _engine.Containers.WaitAsync(container.Name);
        Assert.Equal(container.Ids, again.Ids);
        Assert.Equal(["5:6", "5:6"], await _engine.OutputAsync(container));
    }

    [Fact]
    public async Task EngineAnew_Ids_AreTheSame()
    {
        var container = await _engine.CreateAsync("true");
        await _engine.EndAsync();
        await _engine.BeginAsync();
        Assert.Equal(container.Ids, _engine.Containers.Get(container.Name).Ids);
        Assert.NotEqual(container.Ids, (await _engine.CreateAsync("true")).Ids);
    }

    [Theory]
    [InlineData(null, "0")]
    [InlineData("user", "1000")]
    [InlineData("33:44", "33")]
    public async Task Streams_OpenedAnew_WorkForEveryUser(string? user, string id)
    {
        var container = await EndedAsync("id -u > /dev/stdout; echo err > /proc/self/fd/2; echo again > /proc/self/fd/1", spec => spec with { User = user });
        Assert.Equal([id, "err", "again"], (await _engine.OutputAsync(container)).Order(Comparer<string>.Create((a, b) => Rank(a).CompareTo(Rank(b)))));

        static int Rank(string line) => line switch { "err" => 1, "again" => 2, _ => 0 };
    }

    [Theory]
    [InlineData(null)]
    [InlineData("user")]
    public async Task Tty_OpenedAnew_WorksForEveryUser(string? user)
    {
        var container = await EndedAsync("echo one > /dev/tty; echo two > $(tty); echo three > /dev/stdout; echo four > /dev/console", spec => spec with { User = user, Tty = true });
        Assert.Equal(["one", "two", "three", "four"], (await _engine.OutputAsync(container)).Select(line => line.TrimEnd('\r')));
    }

    [Fact]
    public async Task Exec_AsRootAndUser_HasTheContainersIds()
    {
        var container = await LivingAsync("true");
        string[] root = await ExecAsync(container, null), user = await ExecAsync(container, "user");

        Assert.Equal(["0", new FileInfo($"/proc/{container.State.Pid}/ns/user").LinkTarget!], root);
        Assert.Equal(["1000", root[1]], user);
        Assert.Equal((container.Ids!.Value.First, container.Ids.Value.First), Owner(Upper(container) + "/made"));
    }

    [Fact]
    public async Task Bind_WithIdmap_RootsFilesAreRootsInsideAndOutside()
    {
        string folder = Shared();
        var container = await EndedAsync("stat -c %u:%g /in /in/file; cat /in/file; touch /in/made; chown 7 /in/made", spec => spec with { Mounts = [new(MountKind.Bind, folder, "/in") { Idmap = true }] });
        Assert.Equal(["0:0", "0:0", "secret"], await _engine.OutputAsync(container));
        Assert.Equal((7u, 0u), Owner(folder + "/made"));
    }

    [Fact]
    public async Task Bind_WithoutIdmap_IsNobodys()
    {
        string folder = Shared();
        var container = await EndedAsync("stat -c %u:%g /in /in/file; cat /in/file || touch /in/made || echo no", spec => spec with { Mounts = [new(MountKind.Bind, folder, "/in")] });
        Assert.Equal(["65534:65534", "65534:65534", "no"], (await _engine.OutputAsync(container)).Where(line => !line.Contains(": ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Bind_IdmapOfWhatCannotBe_IsASentence()
    {
        var container = await _engine.CreateAsync("true", spec => spec with { Mounts = [new(MountKind.Bind, "/proc", "/in") { Idmap = true }] });
        var refusal = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StartAsync(container.Name));
        Assert.Equal(EngineErrorKind.Invalid, refusal.Kind);
        Assert.Contains("\"/proc\" cannot be mounted with the container's ids", refusal.Message);
    }

    [Fact]
    public async Task User_BeyondTheRange_IsASentence()
    {
        var container = await _engine.CreateAsync("true", spec => spec with { User = "65536" });
        var refusal = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StartAsync(container.Name));
        Assert.Contains("no user 65536: its user namespace has 65536 ids", refusal.Message);
    }

    [Fact]
    public async Task Host_Asked_RootInsideIsRootOutside()
    {
        var container = await LivingAsync("touch /mine", spec => spec with { Namespaces = HostsUsers });
        Assert.Null(container.Ids);
        Assert.Equal((0u, 0u), Owner(Upper(container) + "/mine"));
    }

    [Fact]
    public async Task Privileged_Resolves_ToTheHosts()
    {
        var container = await _engine.CreateAsync("true", spec => spec with { Privileged = true });
        Assert.Equal(NamespaceSpec.Host, container.Spec.Namespaces.User);
        var refusal = await Assert.ThrowsAsync<EngineException>(() => _engine.CreateAsync("true", spec => spec with { Privileged = true, Namespaces = new() { User = NamespaceSpec.New } }));
        Assert.Equal(EngineErrorKind.Invalid, refusal.Kind);
    }

    private string Shared()
    {
        string folder = Directory.CreateDirectory(_engine.Folder + "/shared").FullName;
        File.WriteAllText(folder + "/file", "secret\n");
        File.SetUnixFileMode(folder + "/file", UnixFileMode.UserRead);
        return folder;
    }

    private string Upper(Container container) => _engine.Paths.Container(container.Id) + "/upper";

    /// <summary>Having run the script, it lives on.</summary>
    private async Task<Container> LivingAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var container = await _engine.RunAsync(script + "; echo done; sleep 1000", spec);
        await Wait.Until(async () => (await _engine.OutputAsync(container)).Contains("done"), "the script ends");
        return container;
    }

    private async Task<Container> EndedAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var container = await _engine.RunAsync(script, spec);
        await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);
        return container;
    }

    private async Task<string[]> ExecAsync(Container container, string? user)
    {
        var (_, streams) = await _engine.Containers.ExecAttachedAsync(
            container.Name, new() { Command = ["sh", "-c", "id -u > /proc/self/fd/1; readlink /proc/self/ns/user; [ $(id -u) != 0 ] || touch /made"], User = user });
        await using (streams)
        {
            var text = new System.Text.StringBuilder();
            await foreach (var chunk in streams.ReadAsync())
            {
                text.Append(System.Text.Encoding.UTF8.GetString(chunk.Bytes.Span));
            }
            return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    private static string OneBlank(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static (uint User, uint Group) Owner(string path) => Ownership.Of(path);
}
