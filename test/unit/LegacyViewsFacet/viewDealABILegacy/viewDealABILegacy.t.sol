// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {Deal} from "../../../../contracts/types/Deal.sol";
import {DealId} from "../../../../contracts/types/Ids.sol";
import {Tag} from "../../../../contracts/types/Tag.sol";

contract ViewDealABILegacy_Unit_Test is Market {
    function testFuzz_WhenTheDealIsUnknown(DealId id) external view {
        // It should answer zeros.
        Deal memory nothing;
        check(id, nothing);
    }

    function test_GivenTheDealIsABoostDeal() external {
        _signOrders();
        DealId id = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);

        // It should answer zeros as viewDeal does.
        Deal memory nothing;
        check(id, nothing);
        assertEq(abi.encode(poco.viewDeal(id)), abi.encode(nothing), "viewDeal");
    }

    function testFuzz_GivenTheDealHasADataset(string calldata params, address callback, bytes31 tag) external {
        vm.assume(bytes(params).length < 20_000);
        vary(params, callback, tag);
        DealId id = _matchOrders();

        // It should equal viewDeal.
        check(id, poco.viewDeal(id));
        assertEq(poco.viewDeal(id).dataset.pointer, dataset, "dataset");
        assertEq(poco.viewDeal(id).botSize, 3, "worth comparing");
    }

    function testFuzz_GivenTheDealHasNoDataset(string calldata params, address callback, bytes31 tag) external {
        vm.assume(bytes(params).length < 20_000);
        _withoutDataset();
        vary(params, callback, tag);
        DealId id = _matchOrders();

        // It should equal viewDeal with an empty dataset.
        check(id, poco.viewDeal(id));
        assertEq(poco.viewDeal(id).dataset.pointer, address(0), "dataset");
    }

    /// @dev A second deal of the same request order, so that nothing is zero by chance.
    function vary(string calldata params, address callback, bytes31 tag) private {
        requestOrder.params = params;
        requestOrder.callback = callback;
        requestOrder.trust = 5;
        requestOrder.tag = Tag.wrap(tag);
        workerpoolOrder.tag = Tag.wrap(tag);
        requestOrder.category = 1;
        workerpoolOrder.category = 1;
        _withVolume(5);
        workerpoolOrder.volume = 2;
        _matchOrders();
        workerpoolOrder.volume = 3;
        workerpoolOrder.salt = "another";
    }

    /// @dev What the three views answer, byte by byte.
    function check(DealId id, Deal memory deal) private view {
        assertEq(
            answer(abi.encodeCall(poco.viewDealABILegacy_pt1, (id))),
            abi.encode(deal.app, deal.dataset, deal.workerpool),
            "part 1"
        );
        assertEq(
            answer(abi.encodeCall(poco.viewDealABILegacy_pt2, (id))),
            abi.encode(deal.trust, deal.tag, deal.requester, deal.beneficiary, deal.callback, deal.params),
            "part 2"
        );
        bytes memory config = answer(abi.encodeCall(poco.viewConfigABILegacy, (id)));
        assertEq(
            config,
            bytes.concat(
                abi.encode(deal.category, deal.startTime, deal.botFirst),
                abi.encode(deal.botSize, deal.workerStake, deal.schedulerRewardRatio)
            ),
            "config"
        );
    }

    function answer(bytes memory question) private view returns (bytes memory) {
        (bool success, bytes memory data) = address(poco).staticcall(question);
        assertTrue(success, "success");
        return data;
    }
}
