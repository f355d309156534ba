using Brig.Linux;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

internal sealed unsafe partial class Compiler
{
    private void HidePaths()
    {
        if (plan.Root is not { } root)
            return;
        foreach (var path in root.ReadOnlyPaths)
            MakeReadOnly(path);
        if (root.MaskedPaths.IsEmpty)
            return;
        var (nothing, empty) = (_p.NewSlot(), _p.NewSlot());
        OpenInside(nothing, "/dev/null", O_PATH, "O_PATH", RESOLVE_NO_SYMLINKS).Says(Errno.ENOENT, "what is masked needs /dev/null, which is missing in the container");
        CheckIsNull(nothing);
        foreach (var path in root.MaskedPaths)
            Mask(path, nothing, empty);
        Close(nothing);
        _p.Add("close", "the empty directory", SYS_close, empty).Tolerate(Errno.EBADF);
    }

    private void MakeReadOnly(string path)
    {
        var next = new Label();
        var (target, tree) = (_p.NewSlot(), _p.NewSlot());
        OpenInside(target, path, O_PATH, "O_PATH", RESOLVE_NO_SYMLINKS).Tolerate(Errno.ENOENT).WhenTolerated(next);
        _p.Add(
            new StepText("open_tree", $"{Quote(path)}, OPEN_TREE_CLONE|AT_RECURSIVE", Quote(path), null),
            SYS_open_tree, target, Empty, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE).To(tree);
        _p.Add(
            new StepText("mount_setattr", $"{Quote(path)}, MOUNT_ATTR_RDONLY", Quote(path), null),
            SYS_mount_setattr, tree, Empty, AT_EMPTY_PATH | AT_RECURSIVE, _p.Arena.Put(new mount_attr { attr_set = MOUNT_ATTR_RDONLY }), sizeof(mount_attr));
        MoveMount(tree, target, "itself read-only", path, $"mount --rbind -o ro {Shell(path)} {Shell(path)}");
        Close(tree);
        Close(target);
        _p.Place(next);
    }

    /// <summary>A directory is covered by an empty tmpfs, one for all of them; anything else by /dev/null.</summary>
    /// <param name="empty">The tmpfs, once there is one; until then no descriptor.</param>
    private void Mask(string path, Slot nothing, Slot empty)
    {
        var (next, closing, isDirectory, cover) = (new Label(), new Label(), new Label(), new Label());
        var (target, tree) = (_p.NewSlot(), _p.NewSlot());
        OpenInside(target, path, O_PATH, "O_PATH", RESOLVE_NO_SYMLINKS).Tolerate(Errno.ENOENT).WhenTolerated(next);
        _p.Add("fchdir", Quote(path), SYS_fchdir, target).Tolerate(Errno.ENOTDIR).WhenDone(isDirectory);
        CloneTree(nothing, tree, "\"/dev/null\"");
        MoveMount(tree, target, "\"/dev/null\"", path, $"mount --bind /dev/null {Shell(path)}");
        _p.Add("close", "it", SYS_close, tree).WhenDone(closing);

        _p.Place(isDirectory);
        CloneTree(empty, tree, "the empty directory").Tolerate(Errno.EBADF).WhenDone(cover);
        _p.Add(
            new StepText("mount", $"\"tmpfs\", {Quote(path)}, \"tmpfs\", MS_RDONLY, \"size=0\"", $"\"tmpfs\" on {Quote(path)}", $"mount -t tmpfs -o ro,size=0 tmpfs {Shell(path)}"),
            SYS_mount, Str("tmpfs"), Str("."), Str("tmpfs"), MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, Str("size=0"));
        OpenInside(empty, path, O_PATH | O_DIRECTORY, "O_PATH|O_DIRECTORY", RESOLVE_NO_SYMLINKS).WhenDone(closing);

        _p.Place(cover);
        MoveMount(tree, target, "an empty directory", path, $"mount --bind EMPTY {Shell(path)}");
        Close(tree);
        _p.Place(closing);
        Close(target);
        _p.Place(next);
    }

    /// <summary>Of the one mount alone, by descriptor.</summary>
    private Emitted CloneTree(Slot of, Slot to, string what) => _p.Add(
        "open_tree", what + ", OPEN_TREE_CLONE", SYS_open_tree, of, Empty, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH).To(to);
}
