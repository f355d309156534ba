using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Files;

namespace Brig.Engine.Stacks.Plans;

/// <summary>What is in the configs and secrets of a stack.</summary>
/// <param name="variables">Those given with the stack and of its .env.</param>
/// <param name="kept">A secret that Brig keeps, by its name; null: there is none.</param>
/// <param name="fingerprint">Tells contents apart without telling of them.</param>
internal sealed class FileContents(StackFolder folder, IReadOnlyDictionary<string, string> variables, Func<string, string?> kept, Func<byte[], string> fingerprint)
{
    /// <summary>As Docker limits them; they are memory.</summary>
    private const int MostBytes = 1 << 20;

    /// <exception cref="EngineException">Invalid: a content is nowhere.</exception>
    public ImmutableArray<DesiredFile> Of(ComposeProject project, ComposeService service) =>
    [
        .. service.Configs.Select(file => One(project.Configs[file.Source], file, service, 0x124)),
        .. service.Secrets.Select(file => One(project.Secrets[file.Source], file, service, 0x100)),
    ];

    private DesiredFile One(ComposeFile source, ServiceFile file, ComposeService service, int mode)
    {
        byte[] content = Read(source);
        // A program that is not root inside could not read what is root's alone.
        uint owner = file.Uid == 0 && uint.TryParse(service.User?.Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint user) ? user : file.Uid;
        return new(file.Target, content, fingerprint(content), owner, file.Gid, file.Mode ?? mode);
    }

    private byte[] Read(ComposeFile source)
    {
        if (source.Content is { } text)
        {
            return Encoding.UTF8.GetBytes(text);
        }
        if (source.Environment is { } name)
        {
            return Encoding.UTF8.GetBytes(variables.GetValueOrDefault(name) ?? throw Missing(source, $"the variable {name} is not set; give it with the stack"));
        }
        if (source.External is { } external)
        {
            return Encoding.UTF8.GetBytes(kept(external) ?? throw Missing(source, $"Brig keeps no secret \"{external}\"; add it"));
        }
        return folder.Read(source.File!, MostBytes) ?? throw Missing(source, $"there is no file {Text.Short(source.File!)} in the stack; upload it");
    }

    private static EngineException Missing(ComposeFile source, string why) => EngineException.Invalid($"{source.Place}: The content of {source.Key} is missing: {why}.");
}
