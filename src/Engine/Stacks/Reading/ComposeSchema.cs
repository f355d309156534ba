using System.Text.Json.Nodes;

namespace Brig.Engine.Stacks.Reading;

/// <summary>What an editor is told of the Compose file: made from the reader's own tables.</summary>
internal static class ComposeSchema
{
    public static JsonObject Make()
    {
        var writer = new SchemaWriter();
        var root = ProjectTable.Table.Schema(writer);
        // "include" and "extends" are followed before the tables are asked.
        return writer.Whole(root, "A Compose file, as far as Brig has it");
    }
}
