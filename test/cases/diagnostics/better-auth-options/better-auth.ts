export default () => ({ baseURL: "https://app.example.com" });
