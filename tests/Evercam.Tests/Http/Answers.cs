namespace Evercam.Tests.Http;

internal static class Answers
{
    public static async Task ShowsAsync(this HttpResponseMessage answer, int status, string body)
    {
        Assert.Equal(
            (status, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }
}
