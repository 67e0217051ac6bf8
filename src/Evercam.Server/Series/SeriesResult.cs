using System.Text.Encodings.Web;
using System.Text.Json;
using Evercam.Archive;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Series;

/// <summary><c>{"series":[…]}</c>, written as the pictures are found: each step with its picture, or with <c>null</c>.</summary>
internal sealed class SeriesResult(SeriesPlan plan) : IResult
{
    private const int FlushFrom = 16 * 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Task ExecuteAsync(HttpContext httpContext) => httpContext.RequestServices.GetRequiredService<Standing>()
        .WhileStoredAsync(httpContext, plan.Camera, CameraRights.List, over => WriteAsync(httpContext, over));

    private async Task WriteAsync(HttpContext context, CancellationToken over)
    {
        var response = context.Response;
        response.ContentType = "application/json; charset=utf-8";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        // Until the first step is found a failure can still be told. From then on it breaks the answer off.
        var finder = context.RequestServices.GetRequiredService<SeriesFinder>();
        await using var each = finder.FindAsync(plan, over).GetAsyncEnumerator(over);
        var more = await each.MoveNextAsync();
        await response.StartAsync(over);
        await using var json = new Utf8JsonWriter(response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteStartArray("series");
        for (; more; more = await each.MoveNextAsync())
        {
            var (wanted, picture) = each.Current;
            json.WriteStartObject();
            json.WriteNumber("wanted_at", wanted.ToUnixTimeSeconds());
            json.WritePropertyName("snapshot");
            Write(json, picture);
            json.WriteEndObject();
            if (json.BytesPending > FlushFrom)
            {
                await json.FlushAsync(over);
                await response.BodyWriter.FlushAsync(over);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, Snapshot? picture)
    {
        if (picture is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("camera", plan.Camera.Id);
        json.WriteString("notes", picture.Notes);
        json.WriteNumber("created_at", ArchiveTime.SecondOf(picture.TakenAt).ToUnixTimeSeconds());
        json.WriteString("timezone", plan.Camera.Timezone);
        json.WriteEndObject();
    }
}
