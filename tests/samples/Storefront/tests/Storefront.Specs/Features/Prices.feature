Feature: Prices
  Taking more of an article makes each piece cheaper.

  Scenario Outline: Volume discount
    Given the list price of "NOTE-05" is 12.40
    When I ask for <quantity> pieces of "NOTE-05"
    Then one piece costs <price>

    Examples:
      | quantity | price |
      | 1        | 12.40 |
      | 9        | 12.40 |
      | 10       | 11.78 |
      | 50       | 11.16 |

  Scenario: A new price
    Given the list price of "NOTE-05" is 12.40
    When the list price changes to 13.00 for "NOTE-05"
    And I ask for 1 piece of "NOTE-05"
    Then one piece costs 13.00
