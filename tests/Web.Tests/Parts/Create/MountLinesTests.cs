using Brig.Engine.Containers;
using Brig.Web.Components.Parts;
using Brig.Web.Components.Parts.Create;

namespace Brig.Web.Tests.Parts.Create;

public sealed class MountLinesTests
{
    public static TheoryData<string, MountSpec, string> Right => new()
    {
        { "/srv/data:/data", new(MountKind.Bind, "/srv/data", "/data"), "-v /srv/data:/data" },
        { "/srv/data:/data:ro", new(MountKind.Bind, "/srv/data", "/data", true), "-v /srv/data:/data:ro" },
        { "/srv:/data:rw,noexec,slave,idmap", new(MountKind.Bind, "/srv", "/data") { NoExec = true, Propagation = MountPropagation.Slave, Idmap = true }, "-v /srv:/data:rslave" },
        { "/srv:/data:ro,rshared", new(MountKind.Bind, "/srv", "/data", true) { Propagation = MountPropagation.Shared }, "-v /srv:/data:ro,rshared" },
        { "/srv:/data:create", new(MountKind.Bind, "/srv", "/data") { CreateSource = true }, "-v /srv:/data" },
        { "data:/data", new(MountKind.Volume, "data", "/data"), "-v data:/data" },
        { "data:/data:ro,nocopy", new(MountKind.Volume, "data", "/data", true) { NoCopy = true }, "-v data:/data:ro,nocopy" },
        { "data:/data:subpath=a/b", new(MountKind.Volume, "data", "/data") { Subpath = "a/b" }, "--mount type=volume,source=data,target=/data,volume-subpath=a/b" },
        { "/data", new(MountKind.Volume, null, "/data"), "-v /data" },
        { "/data:ro", new(MountKind.Volume, null, "/data", true), "-v /data:ro" },
        { "tmpfs:/tmp", new(MountKind.Tmpfs, null, "/tmp"), "--tmpfs /tmp" },
        { "tmpfs:/tmp:64m", new(MountKind.Tmpfs, null, "/tmp", false, 64L << 20), "--tmpfs /tmp:size=67108864" },
        {
            "tmpfs:/run:size=1 MiB,mode=0755,uid=1,gid=2,inodes=9,exec,ro", new(MountKind.Tmpfs, null, "/run", true, 1L << 20) { Mode = "0755", Uid = 1, Gid = 2, Inodes = 9, NoExec = false },
            "--tmpfs /run:ro,exec,size=1048576,mode=0755,uid=1,gid=2,nr_inodes=9"
        },
    };

    [Theory, MemberData(nameof(Right))]
    public void One_RightLine_IsUnderstoodAndSaidInDockersWords(string line, MountSpec expected, string docker)
    {
        Assert.Equal(expected, MountLines.One(line));
        Assert.Contains(docker + " ", Equivalent.Docker(new ContainerSpec { Image = "x", Mounts = [expected] }));
    }

    [Theory]
    [InlineData("da ta:/data")]
    [InlineData("data:/data:slave")]
    [InlineData("data:data")]
    [InlineData("/srv:data")]
    [InlineData("/srv:/data:rx")]
    [InlineData("/srv:/data:ro,")]
    [InlineData("/srv:/data:uid=1")]
    [InlineData("tmpfs:/tmp:lots")]
    [InlineData("tmpfs:/tmp:slave")]
    [InlineData("tmpfs:/tmp:uid=-1")]
    public void One_WrongLine_IsNot(string line) => Assert.Equal((null, line), (MountLines.One(line), MountLines.Wrong("/a:/b\n\n" + line)));
}
