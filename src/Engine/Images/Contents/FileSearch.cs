using System.Collections.Immutable;

namespace Brig.Engine.Images.Contents;

/// <summary>Names that hold some words, upper and lower case alike.</summary>
internal sealed class FileSearch(string text, int? layer, int most)
{
    private readonly ImmutableArray<FoundFile>.Builder _found = ImmutableArray.CreateBuilder<FoundFile>();
    private readonly bool _isPath = text.Contains('/', StringComparison.Ordinal);
    private int _all;

    public FoundFiles In(ImageTree tree)
    {
        Look(tree.Root, "");
        return new(_found.ToImmutable(), _all, tree.IsCut);
    }

    private void Look(TreeFile folder, string path)
    {
        foreach (var file in folder.Inside!.Values.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            string below = $"{path}/{file.Name}";
            // In a path what is searched for is told once: where it is complete, and not for all below it again.
            bool isHit = _isPath
                ? below.LastIndexOf(text, StringComparison.OrdinalIgnoreCase) is var at and >= 0 && at + text.Length > path.Length + 1
                : file.Name.Contains(text, StringComparison.OrdinalIgnoreCase);
            if (isHit && (layer is null || layer == file.Layer))
            {
                _all++;
                if (_found.Count < most)
                {
                    _found.Add(new(below, file.Kind, file.Bytes, file.Layer));
                }
            }
            if (file.Inside is not null)
            {
                Look(file, below);
            }
        }
    }
}
