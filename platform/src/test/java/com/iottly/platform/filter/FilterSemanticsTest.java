package com.iottly.platform.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.MessageType;
import com.iottly.platform.json.Messages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What MongoDB does, case by case. */
class FilterSemanticsTest {

  @ParameterizedTest(name = "{1} on {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"a":5}            | {"payload.a":5}
          {"a":5}            | {"payload.a":{"$eq":5.0}}
          {"a":5}            | {"payload.a":{"$numberLong":"5"}}
          {"a":0.5}          | {"payload.a":{"$numberDecimal":"0.5"}}
          {"a":9007199254740993} | {"payload.a":{"$gt":{"$numberDouble":"9007199254740992"}}}
          {"a":[1,2,5]}      | {"payload.a":5}
          {"a":[1,2,5]}      | {"payload.a":[1,2,5]}
          {"a":[[1,2],5]}    | {"payload.a":[1,2]}
          {"a":{"b":1,"c":2}} | {"payload.a":{"b":1,"c":2}}
          {"a":{"b":1}}      | {"payload.a.b":1}
          {"a":[{"b":1},{"b":2}]} | {"payload.a.b":2}
          {"a":[{"b":1},{"b":[7]}]} | {"payload.a.b":7}
          {"a":[[{"b":1}]]}  | {"payload.a.0.b":1}
          {"a":[5,[2,4],3]}  | {"payload.a.1":[2,4]}
          {"a":[5,{"1":4}]}  | {"payload.a.1":4}
          {"a":[5,{"1":4}]}  | {"payload.a.1":{"1":4}}
          {"a":[5,{"b":4}]}  | {"payload.a.1.b":4}
          {"a":[5,{"b":4}]}  | {"payload.a.1.b":null}
          {"a":{"0":7}}      | {"payload.a.0":7}
          {}                 | {"payload.a":null}
          {"a":null}         | {"payload.a":null}
          {"a":[1,null]}     | {"payload.a":null}
          {"a":4}            | {"payload.a.b":null}
          {"a":[{"b":1},{}]} | {"payload.a.b":null}
          {}                 | {"payload.a":{"$in":[null]}}
          {}                 | {"payload.a":{"$gte":null}}
          {}                 | {"payload.a":{"$ne":3}}
          {}                 | {"payload.a":{"$not":{"$gt":3}}}
          {"a":[1,9]}        | {"payload.a":{"$gt":8,"$lt":2}}
          {"a":"b"}          | {"payload.a":{"$gt":"a"}}
          {"a":false}        | {"payload.a":{"$lt":true}}
          {"a":{"x":2}}      | {"payload.a":{"$gt":{"x":1}}}
          {"a":{"y":1}}      | {"payload.a":{"$gt":{"x":5}}}
          {"a":[2,1]}        | {"payload.a":{"$gt":[1,5]}}
          {"a":[0,1]}        | {"payload.a":{"$in":[[0,1]]}}
          {"a":"hot"}        | {"payload.a":{"$in":[{"$regularExpression":{"pattern":"^h","options":""}}]}}
          {"a":3}            | {"payload.a":{"$nin":[1,2]}}
          {"a":3}            | {"payload.a":{"$nin":[]}}
          {"a":[]}           | {"payload.a":{"$exists":true}}
          {"a":null}         | {"payload.a":{"$exists":true}}
          {"a":[]}           | {"payload.a.b":{"$exists":false}}
          {"a":[]}           | {"payload.a.0":{"$exists":0}}
          {"a":1}            | {"payload.a":{"$type":"int"}}
          {"a":3000000000}   | {"payload.a":{"$type":"long"}}
          {"a":1.0}          | {"payload.a":{"$type":"double"}}
          {"a":1e3}          | {"payload.a":{"$type":1}}
          {"a":99999999999999999999} | {"payload.a":{"$type":"double"}}
          {"a":1}            | {"payload.a":{"$type":"number"}}
          {"a":[1,"x"]}      | {"payload.a":{"$type":"string"}}
          {"a":[1,"x"]}      | {"payload.a":{"$type":"array"}}
          {"a":null}         | {"payload.a":{"$type":[10,"bool"]}}
          {"a":"Hot"}        | {"payload.a":{"$regex":"hot","$options":"i"}}
          {"a":"Hot"}        | {"payload.a":{"$options":"i","$regex":"hot"}}
          {"a":"x\\nhot"}    | {"payload.a":{"$regex":"^hot","$options":"m"}}
          {"a":"x\\nhot"}    | {"payload.a":{"$regex":"x.hot","$options":"s"}}
          {"a":"hot 1"}      | {"payload.a":{"$regex":"h o t # word\\n [ ] \\\\d","$options":"x"}}
          {"a":["x","hot"]}  | {"payload.a":{"$regularExpression":{"pattern":"^h","options":""}}}
          {"a":"cold"}       | {"payload.a":{"$not":{"$regularExpression":{"pattern":"^h","options":""}}}}
          {"a":5}            | {"payload.a":{"$not":{"$regex":"^h"}}}
          {"a":[1,2,3]}      | {"payload.a":{"$all":[3,1]}}
          {"a":5}            | {"payload.a":{"$all":[5]}}
          {"a":[1,2]}        | {"payload.a":{"$all":[[1,2]]}}
          {"a":[{"b":1},{"b":2}]} | {"payload.a":{"$all":[{"$elemMatch":{"b":1}},{"$elemMatch":{"b":2}}]}}
          {"a":[1,2]}        | {"payload.a":{"$size":2}}
          {"a":[1,2]}        | {"payload.a":{"$size":2.0}}
          {"a":[{"b":[1]}]}  | {"payload.a.b":{"$size":1}}
          {"a":[1,6,9]}      | {"payload.a":{"$elemMatch":{"$gt":5,"$lt":8}}}
          {"a":[{"b":1,"c":9},{"b":2,"c":3}]} | {"payload.a":{"$elemMatch":{"b":2,"c":{"$lt":5}}}}
          {"a":[{"b":1}]}    | {"payload.a":{"$elemMatch":{"$or":[{"b":1},{"c":1}]}}}
          {"a":[[5]]}        | {"payload.a":{"$elemMatch":{"0":5}}}
          {"a":[[1,2]]}      | {"payload.a":{"$elemMatch":{"$elemMatch":{"$gt":1}}}}
          {"a":[[6]]}        | {"payload.a":{"$elemMatch":{"$not":{"$gt":5}}}}
          {"a":[{}]}         | {"payload.a":{"$elemMatch":{}}}
          {"a":7}            | {"payload.a":{"$mod":[5,2]}}
          {"a":-7}           | {"payload.a":{"$mod":[5,-2]}}
          {"a":7.9}          | {"payload.a":{"$mod":[5.9,2.2]}}
          {"a":1}            | {"$and":[{"payload.a":1},{"payload.a":{"$lt":2}}]}
          {"a":1}            | {"$or":[{"payload.a":2},{"payload.a":1}]}
          {"a":1}            | {"$nor":[{"payload.a":2},{"payload.a":3}]}
          {"a":1}            | {"$comment":"why","payload.a":1}
          {"a":1}            | {}
          {"a":{}}           | {"payload.a":{}}
          {"a":1,"a":2}      | {"payload.a":2}
          {"a":"\\ud83d\\ude00"} | {"payload.a":{"$gt":"\\uffee"}}
          """)
  void matches(String payload, String filter) {
    assertThat(isMatch(payload, filter)).isTrue();
  }

  @ParameterizedTest(name = "{1} on {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"a":"5"}          | {"payload.a":5}
          {"a":0.1}          | {"payload.a":{"$numberDecimal":"0.1"}}
          {"a":[[5]]}        | {"payload.a":5}
          {"a":{"c":2,"b":1}} | {"payload.a":{"b":1,"c":2}}
          {"a":{"b":1,"c":2}} | {"payload.a":{"b":1}}
          {"a":[5,[2,4],3]}  | {"payload.a.1":2}
          {"a":[1]}          | {"payload.a.b":null}
          {"a":[]}           | {"payload.a.0":null}
          {"a":[{"b":1}]}    | {"payload.a.b":{"$ne":1}}
          {"a":[1,2]}        | {"payload.a":{"$ne":2}}
          {"a":[1,2]}        | {"payload.a":{"$nin":[2,7]}}
          {"a":"x"}          | {"payload.a":{"$gt":3}}
          {"a":"x"}          | {"payload.a":{"$lte":3}}
          {"a":null}         | {"payload.a":{"$gt":null}}
          {"a":3}            | {"payload.a":{"$gte":null}}
          {"a":0}            | {"payload.a":false}
          {"a":3}            | {"payload.a":{"$in":[]}}
          {"a":1}            | {"payload.a":{"$gte":{"$numberDouble":"NaN"}}}
          {"a":[]}           | {"payload.a.0":{"$exists":true}}
          {"a":1.0}          | {"payload.a":{"$type":"int"}}
          {}                 | {"payload.a":{"$type":"null"}}
          {"a":5}            | {"payload.a":{"$regex":"5"}}
          {"a":"x\\nhot"}    | {"payload.a":{"$regex":"x.hot"}}
          {"a":[1]}          | {"payload.a":{"$all":[]}}
          {"a":[1,2]}        | {"payload.a":{"$all":[1,3]}}
          {"a":[[1,2]]}      | {"payload.a":{"$size":2}}
          {"a":5}            | {"payload.a":{"$elemMatch":{"$gt":1}}}
          {"a":[[6]]}        | {"payload.a":{"$elemMatch":{"$gt":5}}}
          {"a":[1]}          | {"payload.a":{"$elemMatch":{}}}
          {"a":[{"b":1,"c":9},{"b":2,"c":3}]} | {"payload.a":{"$elemMatch":{"b":1,"c":3}}}
          {"a":"10"}         | {"payload.a":{"$mod":[5,0]}}
          {"a":null}         | {"payload.a":{"$mod":[5,0]}}
          {"a":1e300}        | {"payload.a":{"$mod":[5,0]}}
          {"a":-7}           | {"payload.a":{"$mod":[5,3]}}
          {"a":1}            | {"$nor":[{"payload.a":2},{"payload.a":1}]}
          {"a":1,"a":2}      | {"payload.a":1}
          """)
  void misses(String payload, String filter) {
    assertThat(isMatch(payload, filter)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"_id":{"$oid":"59c1b7570000000000000007"}}                               | true
          {"_id":{"$gt":{"$oid":"59c1b7570000000000000007"}}}                       | false
          {"_id":{"$gte":{"$oid":"59C1B7570000000000000006"}}}                      | true
          {"from":"0b9e5a2c-5f0d-4c0e-9a53-1d6f0a7c2b11"}                           | true
          {"to":"59c1b2e6a7b1c2d3e4f50617"}                                         | true
          {"timestamp":{"$date":"2017-09-20T00:33:27.230Z"}}                        | true
          {"timestamp":{"$date":{"$numberLong":"1505867607230"}}}                   | true
          {"timestamp":{"$date":"2017-09-20T02:33:27.230+02:00"}}                   | true
          {"timestamp":{"$lt":{"$date":"2017-09-20T00:33:27.230Z"}}}                | false
          {"timestamp":{"$gt":"2017-01-01"}}                                        | false
          {"devicetimestamp":{"$date":"2017-09-20T00:33:25.730Z"}}                  | true
          {"type":"iottlyagent"}                                                    | true
          {"type":{"$in":["userdefined"]}}                                          | false
          {"channel":"alarms"}                                                      | true
          {"payload":{"a":[1,{"b":null}]}}                                          | true
          {"payload":{"$exists":true}}                                              | true
          {"payload":{"$type":"object"}}                                            | true
          {"unknown":null}                                                          | true
          """)
  void theEnvelopeIsPartOfTheDocument(String filter, boolean matches) {
    var message =
        Messages.message(
            7, Messages.START, MessageType.IOTTLYAGENT, "alarms", "{\"a\":[1,{\"b\":null}]}");

    assertThat(Filter.parse(filter, QueryLimits.DEFAULTS).matches(message)).isEqualTo(matches);
  }

  @Test
  void aMessageWithoutAChannelHasNone() {
    assertThat(isMatch("{}", "{\"channel\":{\"$exists\":false}}")).isTrue();
  }

  private static boolean isMatch(String payload, String filter) {
    return Filter.parse(filter, QueryLimits.DEFAULTS).matches(Messages.withPayload(payload));
  }
}
