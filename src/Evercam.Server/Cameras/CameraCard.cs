using System.Linq.Expressions;
using System.Text.Json;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Cameras;

/// <summary>What stands beside a camera's packs, and says whose pictures they are, should the database be lost.</summary>
internal sealed record CameraCard(long Key, string Id, string Name, string Owner, string Timezone)
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true };

    /// <summary>What should stand there.</summary>
    public static Expression<Func<Camera, CameraCard>> OfCamera { get; } =
        camera => new(camera.Key, camera.Id, camera.Name, camera.Owner!.UserName!, camera.Timezone);

    public byte[] ToJson()
    {
        var card = new MemoryStream();
        using (var json = new Utf8JsonWriter(card, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("key", Key);
            json.WriteString("id", Id);
            json.WriteString("name", Name);
            json.WriteString("owner", Owner);
            json.WriteString("timezone", Timezone);
            json.WriteEndObject();
        }

        return card.ToArray();
    }
}
