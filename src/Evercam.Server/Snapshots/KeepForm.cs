using Evercam.Server.Http;
using Evercam.Server.Pages;

namespace Evercam.Server.Snapshots;

/// <summary>The button below a picture of <c>/cameras/{id}/pictures</c>.</summary>
/// <param name="Second">The picture's second.</param>
/// <param name="Keep">Whether it is to be kept, or no longer.</param>
internal sealed record KeepForm(DateTimeOffset Second, bool Keep)
{
    public const string Keeping = "keep";
    public const string Releasing = "release";

    /// <exception cref="ApiException">No page of ours has such a button (400).</exception>
    public static async ValueTask<KeepForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        return ParamText.Integer(form.Line("second")) is { } seconds && ParamText.Moment(seconds) is { } second
            && form.Line("action") is (Keeping or Releasing) and var action
            ? new(second, action == Keeping)
            : throw ApiException.BadRequest("This form is not one of ours.");
    }
}
