using Brig.Engine.Build.Dockerfiles;

namespace Brig.Engine.Build;

/// <summary>A path in the image, as WORKDIR and COPY's target are written.</summary>
internal static class InnerPath
{
    /// <param name="from">The working directory so far, which a relative path begins at; null: /.</param>
    /// <returns>Absolute, without "." and "..", no slash behind it.</returns>
    public static string Of(string path, string? from, int at)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw Dockerfile.At(at, "the path is empty once its variables are filled in");
        }
        var parts = new List<string>();
        foreach (string part in (path.StartsWith('/') ? path : $"{from ?? ""}/{path}").Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }
        return "/" + string.Join('/', parts);
    }
}
