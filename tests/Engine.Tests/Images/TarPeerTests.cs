using System.Diagnostics;
using System.Text;
using Brig.Engine.Images;
using Brig.Linux.Trees;
using Brig.Tests;

namespace Brig.Engine.Tests.Images;

/// <summary>A tree with everything a tar can hold, through GNU tar's and Python's archives into ours and back.</summary>
public sealed class TarPeerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private string Source => _folder.Path + "/source";
    private string Layer => _folder.Path + "/layer";
    private string Archive => _folder.Path + "/archive.tar";

    public TarPeerTests()
    {
        Directory.CreateDirectory(Source);
        Directory.CreateDirectory(Layer);
    }

    public void Dispose()
    {
        Directory.CreateDirectory(_folder.Path);
        Brig.Linux.TreeDeletion.Delete(Source);     // .NET cannot: a name there is no text
        Brig.Linux.TreeDeletion.Delete(Layer);
        Brig.Linux.TreeDeletion.Delete(_folder.Path + "/copy");
        _folder.Dispose();
    }

    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=posix")]
    [InlineData("--format=ustar")]
    [InlineData("--format=posix --sparse --sparse-version=0.0 --hole-detection=seek")]
    [InlineData("--format=posix --sparse --sparse-version=0.1 --hole-detection=seek")]
    [InlineData("--format=posix --sparse --sparse-version=1.0 --hole-detection=seek")]
    [InlineData("--format=gnu --sparse --hole-detection=seek")]
    public void Unpack_GnuTar_IsTheTree(string options)
    {
        Fill(longNames: !options.Contains("ustar"));
        Sh($"tar -C {Source} {options} -cf {Archive} .");
        Unpack();

        Same();
        if (options.Contains("sparse"))
        {
            Assert.True(long.Parse(Sh($"stat -c %b {Layer}/sparse")) < 1000, "the hole is a hole");
        }
    }

    [Fact]
    public void Unpack_GnuTarWithXattrs_BytesAreKept()
    {
        Fill(longNames: true);
        Sh($$"""
            python3 - <<'END'
            import os
            f = b"{{Source}}/file"
            os.setxattr(f, b"user.bytes", bytes(range(256)))
            os.setxattr(f, b"user.n\xc3\xa4me", b"x\n=y")
            os.setxattr(f, b"security.capability", bytes.fromhex("0100000200040000000000000000000000000000"))
            END
            """);
        Sh($"tar -C {Source} --format=posix --xattrs --xattrs-include='*' -cf {Archive} .");
        Unpack();

        Assert.Equal(Xattrs(Source + "/file"), Xattrs(Layer + "/file"));
        Assert.Contains("security.capability", Xattrs(Layer + "/file"));
        Assert.Equal(Sh($"stat -c %y {Source}/file"), Sh($"stat -c %y {Layer}/file"));
        Same();
    }

    [Theory, InlineData("GNU_FORMAT"), InlineData("PAX_FORMAT")]
    public void Unpack_PythonTarfile_IsTheTree(string format)
    {
        Fill(longNames: true);
        Sh($"python3 -c \"import tarfile; t = tarfile.open('{Archive}', 'w', format=tarfile.{format}, errors='surrogateescape'); t.add('{Source}', '.'); t.close()\"");
        Unpack();

        Same();
    }

    [Fact]
    public void Write_ATree_GnuTarAndPythonReadIt()
    {
        Fill(longNames: true);
        Sh($"python3 -c \"import os; os.setxattr('{Source}/file', b'user.bytes', bytes(range(256)))\"");
        using (var file = File.Create(Archive))
        {
            TreeTar.Write(Source, file, new() { Root = true });
        }
        Sh($"tar -C {Layer} --xattrs --xattrs-include='*' --numeric-owner -xpf {Archive}");

        Same();
        Assert.Equal(Xattrs(Source + "/file"), Xattrs(Layer + "/file"));
        Assert.Contains("sparse", Sh($"python3 -c \"import tarfile; print('\\n'.join(tarfile.open('{Archive}').getnames()))\" 2>&1"));
        Assert.True(new FileInfo(Archive).Length < 5_000_000, "holes take no room");
    }

    [Fact]
    public void Write_SameTreeTwice_SameBytes()
    {
        Fill(longNames: true);
        Sh($"cp -a {Source} {_folder.Path}/copy; touch {_folder.Path}/copy/file");
        var options = new TreeTarOptions { Time = 1_700_000_000_000_000_000 };
        var (first, second) = (new MemoryStream(), new MemoryStream());
        TreeTar.Write(Source, first, options);
        TreeTar.Write(_folder.Path + "/copy", second, options);

        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void Write_AnOverlaysUpper_WhiteoutsComeBackAsTheyWent()
    {
        Sh($"cd {Layer} && mknod gone c 0 0 && mkdir opaque && echo x > opaque/new && python3 -c \"import os; os.setxattr('{Layer}/opaque', 'trusted.overlay.opaque', b'y')\"");
        var tar = new MemoryStream();
        TreeTar.Write(Layer, tar, new());
        tar.Position = 0;
        string again = _folder.Path + "/again";
        Directory.CreateDirectory(again);
        LayerUnpacker.Unpack(tar, again, UnpackLimits.Default, default);

        Assert.Equal("character special file 0 0", Sh($"stat -c '%F %t %T' {again}/gone"));
        Assert.Contains("trusted.overlay.opaque", Xattrs(again + "/opaque"));
        Assert.True(File.Exists(again + "/opaque/new"));
    }

    [Fact]
    public void Unpack_SparseFileOfATerabyte_StaysSparse()
    {
        Sh($"truncate -s 1T {Source}/huge && echo end | dd of={Source}/huge bs=1 seek=1099511627000 conv=notrunc 2>/dev/null && tar -C {Source} --format=posix --sparse --hole-detection=seek -cf {Archive} .");
        var unpacked = Unpack();

        Assert.True(unpacked.Bytes < 1 << 20);
        Assert.Equal(1L << 40, new FileInfo(Layer + "/huge").Length);
    }

    private Unpacked Unpack()
    {
        using var file = File.OpenRead(Archive);
        return LayerUnpacker.Unpack(file, Layer, UnpackLimits.Default, default);
    }

    private void Fill(bool longNames)
    {
        string many = string.Join('/', Enumerable.Range(0, 20).Select(i => $"directory-number-{i}-of-a-long-path"));
        Sh($"""
            cd {Source}
            echo text > file; chmod 4751 file; chown 1000:1001 file; touch -d '2001-02-03 04:05:06.123456789' file
            ln file hard; ln -s ../else/where soft; mkfifo pipe; mknod null c 1 3; mknod disk b 8 300; mkdir -p dir/sub; chmod 3777 dir; touch -d 1999-01-01 dir
            printf 'x' > "$(printf 'dir/not-\377\376-text')"
            head -c 3000000 /dev/urandom > large
            echo start > sparse; truncate -s 50M sparse; echo end >> sparse; head -c 100000 /dev/urandom | dd of=sparse bs=1 seek=20000000 conv=notrunc 2>/dev/null
            echo new > with-newline-$'\n'; : > empty
            """);
        if (longNames)
        {
            Sh($"cd {Source}; mkdir -p {many}; echo deep > {many}/file; ln -s {many} long-link; ln {many}/file {many}/hard; chown 3000000:3000001 {many}/file");
        }
    }

    /// <summary>Names, kinds, modes, owners, times, sizes, links, devices and contents.</summary>
    private void Same()
    {
        Assert.Equal(List(Source), List(Layer));

        string List(string folder) => Sh($"""
            cd {folder}; find . -type d -printf '%p %m %U:%G %Ts\n' -o -printf '%p %y %m %U:%G %s %n %Ts %l\n' | LC_ALL=C sort; find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; stat -c '%t %T' null disk 2>&1
            """);
    }

    private static string Xattrs(string file) => Sh($"""
        python3 -c "import os; print(sorted((n, os.getxattr('{file}', n)) for n in os.listxattr('{file}')))"
        """);

    private static string Sh(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1 })!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{script}\n{errors.Result}");
    }
}
