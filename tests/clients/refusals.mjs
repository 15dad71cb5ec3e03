// Asks what is refused, by each client, and prints as JSON what the client shows its developer.
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { Client, fetchExchange } from "@urql/core";
import { GraphQLClient } from "graphql-request";

const [url, texts] = [process.argv[2], JSON.parse(process.argv[3])];
const apollo = new ApolloClient({ link: new HttpLink({ uri: url, fetch }), cache: new InMemoryCache() });
const urql = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false });
const plain = new GraphQLClient(url);
const CLIENTS = {
  "@apollo/client": async (text, variables) => {
    const { error } = await apollo.query({ query: gql(text), variables });
    if (error) throw error;
  },
  "@urql/core": async (text, variables) => {
    const { error } = await urql.query(text, variables).toPromise();
    if (error) throw error;
  },
  "graphql-request": (text, variables) => plain.request(text, variables),
};
const shown = {};
for (const [client, ask] of Object.entries(CLIENTS)) {
  shown[client] = [];
  for (const [text, variables] of texts) {
    try {
      await ask(text, variables);
      shown[client].push("no error");
    } catch (error) {
      shown[client].push(`${error.name}: ${error.message}`);
    }
  }
}
console.log(JSON.stringify(shown));
