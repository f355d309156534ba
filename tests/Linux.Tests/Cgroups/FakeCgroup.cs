using Brig.Linux.Cgroups;

namespace Brig.Linux.Tests.Cgroups;

/// <summary>A folder that looks like a v2 tree with one cgroup <c>one</c> in it.</summary>
internal sealed class FakeCgroup : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("brig-fake-cgroup-").FullName;

    private FakeCgroup() => Directory.CreateDirectory(At);

    public static FakeCgroup With(params (string File, string Text)[] files)
    {
        FakeCgroup fake = new();
        foreach ((string file, string text) in files)
        {
            fake.Write(file, text);
        }
        return fake;
    }

    public string At => $"{_root}/one";

    public CgroupHost Host
    {
        get
        {
            string mountinfo = $"{_root}/mountinfo";
            System.IO.File.WriteAllText(mountinfo, $"25 1 0:22 / {_root} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
            return CgroupHost.Detect(_root, mountinfo);
        }
    }

    public Cgroup Cgroup => Host.Open("one");

    public void Write(string file, string text) => System.IO.File.WriteAllText($"{At}/{file}", text);

    public string Read(string file) => System.IO.File.ReadAllText($"{At}/{file}");

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
