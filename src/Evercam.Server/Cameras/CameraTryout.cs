using System.Globalization;
using Evercam.CameraClient;
using Evercam.Recorder;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Cameras;

/// <summary>How the test of a camera went.</summary>
/// <param name="Words">In one sentence.</param>
/// <param name="Picture">The picture as a data URI; <see langword="null"/> if there is none to show.</param>
/// <param name="IsGood">Whether the camera gave a picture.</param>
internal sealed record TryoutReport(string Words, string? Picture = null, bool IsGood = false);

/// <summary>Tries a camera as it would be if its form was saved: asked where the recorder would ask, through the same guard and within
/// the same limits as <c>GET /cameras/test</c>, and not too often.</summary>
internal sealed class CameraTryout(EvercamDb db, CameraRegistry registry, CameraTryouts tryouts, CameraTrials trials, CameraFetcher fetcher)
{
    /// <summary>Larger ones are kept, but are too much for a page.</summary>
    private const int ShownBytes = 4 * 1024 * 1024;

    private static readonly string[] Tried =
        ["vendor", "model", "mac_address", "external_host", "external_http_port", "jpg_url", "cam_username", "cam_password"];

    /// <summary>Tries it, and writes into the view how that went or what is wrong with the fields that it takes.</summary>
    /// <param name="view">What the page shows.</param>
    /// <param name="camera">The camera as it is, which is not saved.</param>
    /// <param name="fields">What the form says of it.</param>
    /// <param name="context">The request, which gives the picture back at its end.</param>
    public async Task TryAsync(CameraFormView view, Camera camera, CameraFields fields, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        var broken = view.Form.Unreadable.Concat(CameraRules.Check(new CameraChange(fields))).ToList();
        var chosen = await registry.FindModelAsync(fields, broken, cancellation);
        view.Problems = CameraWords.Of(broken).Where(problem => Tried.Contains(problem.Key)).ToDictionary();
        if (view.Problems.Count > 0)
        {
            return;
        }

        CameraRules.Apply(fields, camera);
        if (fields is not { Vendor: null, Model: null })
        {
            camera.ModelKey = chosen?.Key;
        }

        var model = await db.EffectiveModelAsync(camera, cancellation);
        if (camera.PictureEndpoint(model) is { } endpoint)
        {
            view.Report = await FetchAsync(endpoint, context);
        }
        else if (camera.ExternalHost is null)
        {
            view.Problems["external_host"] = "Please say where the camera is.";
        }
        else
        {
            view.Problems["jpg_url"] = "Please say where on the camera its picture is, or choose its model.";
        }
    }

    private async Task<TryoutReport> FetchAsync(CameraEndpoint endpoint, HttpContext context)
    {
        try
        {
            tryouts.Pass(Visitor.Of(context)!.UserKey);
            var tried = await TriedPicture.FetchAsync(endpoint, Caller.Of(context), trials, fetcher, context.RequestAborted);
            tried.EndWith(context);
            return Describe(tried.Picture);
        }
        catch (CameraException refusal)
        {
            return new(WordsOf(refusal, endpoint.Credential is not null));
        }
        catch (ApiException shut) when (shut.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds;
            context.Response.StatusCode = shut.Status;
            return new($"Too many cameras are being tried just now. Please wait {seconds} seconds and test again.");
        }
    }

    private static TryoutReport Describe(CameraPicture picture)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, picture.Bytes.Length / 1024):N0} KB");
        return picture.Bytes.Length > ShownBytes
            ? new($"The camera answers with a picture of {size}, which is too large to show here.", IsGood: true)
            : new(
                $"The camera answers with this picture ({size}).",
                $"data:{picture.MediaType};base64,{Convert.ToBase64String(picture.Bytes.Span)}",
                IsGood: true);
    }

    private static string WordsOf(CameraException refusal, bool hasCredential) => refusal switch
    {
        { Fault: CameraFault.Unauthorized } when hasCredential => "The camera refuses this user name and password.",
        { Fault: CameraFault.Unauthorized } => "The camera asks for a user name and a password.",
        { IsForbidden: true } => "This address is refused: cameras may not have it.",
        { Answered: true } => "Something answers at this address, but not with a picture. Is the path right?",
        _ => "Nothing answers at this address. Are host and port right, and does the camera let this server in?",
    };
}
