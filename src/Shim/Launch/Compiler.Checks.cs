using Brig.Linux;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

/// <summary>
/// What a descriptor leads to is looked at before it is used. A path says little: who shares a folder with the container may change what lies there while it
/// is made (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881), but nobody changes what a descriptor holds.
/// </summary>
internal sealed unsafe partial class Compiler
{
    private const uint NullDevice = 1 << 8 | 3;

    /// <param name="file">Of any kind of open, O_PATH too.</param>
    private void CheckIsNull(Slot file)
    {
        var status = _p.Arena.Put(default(stat));
        const string Other = "\"/dev/null\" in the container is not the null device";
        _p.Add("fstat", "\"/dev/null\"", SYS_fstat, file, status);
        _p.Check("\"/dev/null\" is a character device", (ulong*)&status->st_mode, S_IFMT, S_IFCHR, Errno.EINVAL).Says(Errno.EINVAL, Other);
        _p.Check("\"/dev/null\" is 1:3", &status->st_rdev, ulong.MaxValue, NullDevice, Errno.EINVAL).Says(Errno.EINVAL, Other);
    }

    private void CheckIsPty(Slot master)
    {
        var status = _p.Arena.Put(default(statfs));
        _p.Add("fstatfs", "\"/dev/pts/ptmx\"", SYS_fstatfs, master, status);
        _p.Check("\"/dev/pts/ptmx\" is on devpts", (ulong*)&status->f_type, ulong.MaxValue, DEVPTS_SUPER_MAGIC, Errno.EINVAL)
            .Says(Errno.EINVAL, "\"/dev/pts/ptmx\" in the container is no terminal of the kernel's");
    }

    /// <summary>Nothing comes to lie over a file of /proc by a link in the image: the masks would be put on what covers it, and writes go there (CVE-2019-19921).</summary>
    private void CheckIsNotProc(Slot target, string path)
    {
        if (path.StartsWith("/proc/", StringComparison.Ordinal))
            return;   // asked for by this name: the engine has said which of them may be covered
        var status = _p.Arena.Put(default(statfs));
        _p.Add("fstatfs", Quote(path), SYS_fstatfs, target, status);
        _p.Check($"{Quote(path)} is not on proc", (ulong*)&status->f_type, ulong.MaxValue, PROC_SUPER_MAGIC, Errno.EINVAL, not: true)
            .Says(Errno.EINVAL, $"{Quote(path)} leads into /proc in this image, where nothing can be mounted");
    }

    /// <summary>A file of the host's /proc, which no container can put anything over; the kernel answers it for the process that opens.</summary>
    private Emitted OpenProc(Slot to, string path)
    {
        var how = _p.Arena.Put(new open_how { flags = O_WRONLY | O_CLOEXEC, resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS });
        return _p.Add(
            new StepText("openat2", $"proc, {Quote(path)}, O_WRONLY, RESOLVE_BENEATH|RESOLVE_NO_XDEV", Quote("/proc/" + path), null),
            SYS_openat2, resources.Proc, Str(path), how, sizeof(open_how)).To(to);
    }

    private Emitted WriteProc(string path, string value, string about, string shell)
    {
        var file = _p.NewSlot();
        var open = OpenProc(file, path);
        _p.Add(new StepText("write", $"{Quote("/proc/" + path)}, {Quote(value)}", about, shell), SYS_write, file, Str(value), System.Text.Encoding.UTF8.GetByteCount(value));
        Close(file);
        return open;
    }
}
