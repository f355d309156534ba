using System.Globalization;
using Brig.Engine.Images.Contents;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Images;

/// <summary>A file of an image as a list shows it.</summary>
public static class FileWords
{
    public static string Icon(ImageEntryKind kind) => kind switch
    {
        ImageEntryKind.Directory => "folder",
        ImageEntryKind.Symlink => "link",
        ImageEntryKind.Removed => "removing",
        ImageEntryKind.File => "file",
        _ => "device",
    };

    public static string Kind(ImageEntryKind kind) => T("image.kind." + kind.ToString().ToLowerInvariant());

    /// <summary>As ls(1) has it: <c>drwxr-xr-x</c>, with s and t for set-id and sticky.</summary>
    public static string Mode(ImageEntryKind kind, uint mode)
    {
        Span<char> text = stackalloc char[10];
        text[0] = kind switch { ImageEntryKind.Directory => 'd', ImageEntryKind.Symlink => 'l', ImageEntryKind.Device => 'c', ImageEntryKind.Fifo => 'p', ImageEntryKind.Socket => 's', _ => '-' };
        for (var i = 0; i < 9; i++)
            text[i + 1] = (mode & (0x100u >> i)) != 0 ? "rwx"[i % 3] : '-';
        Special(text, 3, (mode & 0x800) != 0, 's');
        Special(text, 6, (mode & 0x400) != 0, 's');
        Special(text, 9, (mode & 0x200) != 0, 't');
        return new(text);
    }

    public static string Owner(ImageEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Uid}:{entry.Gid}");

    private static void Special(Span<char> text, int at, bool set, char letter)
    {
        if (set)
            text[at] = text[at] == 'x' ? letter : char.ToUpperInvariant(letter);
    }
}
