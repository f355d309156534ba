using Brig.Linux.Proc;
using Brig.Linux.Wire;

namespace Brig.Linux.Tests.Proc;

public sealed class PrivilegeTextTests
{
    private const string Noise = "\n\t :-901\\\0\uFFFDzé,/a#";
    private const string Status = "Name:\tsh\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t12\nPid:\t12\nPPid:\t1\nUid:\t1000000\t1000001\t1000000\t1000000\nGid:\t5\t6\t7\t8\n"
        + "Groups:\t1 2 \nNSpid:\t12\t3\nCapInh:\t0000000000000000\nCapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000001\n"
        + "NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n";

    [Fact]
    public void Parse_CapturedStatus_EveryField()
    {
        var status = ProcessStatus.Parse(Status)!;
        Assert.Equal(("sh", "S", 12, 1), (status.Name, status.State, status.Pid, status.ParentPid));
        Assert.Equal((int[])[12, 3], status.InnerPids);
        Assert.Equal((uint[])[1000000u, 1000001, 1000000, 1000000], status.Uids);
        Assert.Equal((uint[])[1u, 2], status.Groups);
        Assert.Equal((0xa80425fbUL, 0x1ffffffffffUL, 1UL), (status.Effective, status.Bounding, status.Ambient));
        Assert.Equal((true, (int?)2, (int?)3), (status.NoNewPrivileges, status.Seccomp, status.SeccompFilters));
    }

    [Fact]
    public void Parse_StatusOfKernelWithoutSeccomp_IsUnknown() =>
        Assert.Null(ProcessStatus.Parse(Status.Replace("Seccomp:\t2\n", "", StringComparison.Ordinal))!.Seccomp);

    /// <summary>Names as the kernel writes them, which escapes line ends; and as no kernel should.</summary>
    [Theory]
    [InlineData("a\\nUid:\\t0")]
    [InlineData("x\nUid:\t0\t0\t0\t0")]
    [InlineData(":\t:")]
    public void Parse_StatusOfHostileName_UsersOfTheFirstLineCount(string name)
    {
        var status = ProcessStatus.Parse(Status.Replace("State:", $"Umask:\t{name}\nState:", StringComparison.Ordinal));
        Assert.True(status is null || status.Permitted == 0xa80425fb);
    }

    [Fact]
    public void Parse_RandomStatus_NeverThrows()
    {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            char[] text = Status.ToCharArray();
            for (int change = random.Next(1, 12); change > 0; change--)
            {
                text[random.Next(text.Length)] = Noise[random.Next(Noise.Length)];
            }
            _ = ProcessStatus.Parse(new(text, 0, random.Next(text.Length)));
        }
    }

    [Fact]
    public void Parse_MountOfManual_EveryField()
    {
        var mount = MountInfo.Parse("36 35 98:0 /mnt1 /mnt2 rw,noatime,idmapped master:1 shared:2 - ext3 /dev/root rw,errors=continue")!;
        Assert.Equal((36, 35, "98:0", "/mnt1", "/mnt2", "ext3", "/dev/root"), (mount.Id, mount.ParentId, mount.Device, mount.Root, mount.Point, mount.Type, mount.Source));
        Assert.Equal((string[])["rw", "noatime", "idmapped"], mount.Options);
        Assert.Equal((string[])["master:1", "shared:2"], mount.Propagation);
        Assert.Equal((string[])["rw", "errors=continue"], mount.SuperOptions);
    }

    [Theory]
    [InlineData("1 2 0:1 / /a\\040b\\012c\\134d\\011e\\043f rw - tmpfs a\\040-\\040b rw", "/a b\nc\\d\te#f", "a - b")]
    [InlineData("1 2 0:1 / /a\\9x\\ rw - tmpfs \\ rw", "/a\\9x\\", "\\")]
    [InlineData("1 2 0:1 / /- rw - tmpfs - rw", "/-", "-")]
    [InlineData("1 2 0:1 - - rw - tmpfs  rw", "-", "")]
    public void Parse_MountOfStrangeNames_AreDecoded(string line, string point, string source)
    {
        var mount = MountInfo.Parse(line)!;
        Assert.Equal((point, source, "tmpfs"), (mount.Point, mount.Source, mount.Type));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 2 0:1 / /a rw")]
    [InlineData("1 2 0:1 / /a rw -")]
    [InlineData("1 2 0:1 / /a rw - t s")]
    [InlineData("x 2 0:1 / /a rw - t s rw")]
    public void Parse_MountThatIsNone_IsLeftOut(string line) => Assert.Empty(MountInfo.ParseAll(line));

    [Fact]
    public void ParseAll_RandomMounts_NeverThrows()
    {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            string line = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Noise[random.Next(Noise.Length)]));
            _ = MountInfo.ParseAll(line);
        }
    }

    [Fact]
    public void ParseAll_OwnMounts_AllLines()
    {
        string text = File.ReadAllText("/proc/self/mountinfo");
        Assert.Equal(text.Count(c => c == '\n'), MountInfo.ParseAll(text).Length);
    }

    [Fact]
    public void Parse_IdMap_RangesAndNothingElse()
    {
        var map = IdMapText.Parse("         0    1000000      65536\n     70000  5 1\nnonsense\n1 2\n4294967296 0 1\n");
        Assert.Equal((IdMap[])[new IdMap(0, 1000000, 65536), new IdMap(70000, 5, 1)], map);
        Assert.Equal((0u, 65535u, 70000u), (map.Inside(1000000), map.Inside(1065535), map.Inside(5)));
        Assert.Null(map.Inside(1065536));
        Assert.Null(map.Inside(0));
    }

    [Fact]
    public void Inside_WholeRange_DoesNotOverflow() => Assert.Equal(uint.MaxValue - 1, IdMapText.Parse("0 0 4294967295").Inside(uint.MaxValue - 1));
}
